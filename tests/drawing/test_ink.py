from __future__ import annotations

from PIL import Image

from storyscript.drawing import face, fit, put_block, put_text, rounded_box, text_box

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
RED = (200, 0, 0)


def paper(width: int = 200, height: int = 100) -> Image.Image:
    return Image.new("RGB", (width, height), WHITE)


def extent(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The part of a white picture that is not white."""
    return image.convert("L").point([255 - level for level in range(256)]).getbbox()


def test_a_box_covers_its_area_and_nothing_else() -> None:
    sheet = paper()
    rounded_box(sheet, (10, 20, 110, 60), radius=8, fill=RED)
    assert extent(sheet) == (10, 20, 110, 60)
    assert sheet.getpixel((60, 40)) == RED
    assert sheet.getpixel((10, 20)) != RED
    assert sheet.getpixel((10, 40)) == RED


def test_a_translucent_box_mixes_with_what_is_under_it() -> None:
    sheet = paper()
    rounded_box(sheet, (0, 0, 50, 50), radius=0, fill=BLACK, opacity=0.5)
    assert sheet.getpixel((25, 25)) in {(127, 127, 127), (128, 128, 128)}


def test_boxes_of_no_size_and_beyond_the_edge() -> None:
    sheet = paper()
    rounded_box(sheet, (10, 10, 10, 50), radius=4, fill=RED)
    rounded_box(sheet, (10, 10, 5, 5), radius=4, fill=RED)
    assert extent(sheet) is None
    rounded_box(sheet, (-30, -30, 500, 500), radius=400, fill=RED)
    assert sheet.getpixel((199, 99)) == RED


def test_text_is_written_where_it_is_told() -> None:
    sheet = paper()
    setting = face(20)
    put_text(sheet, (30, 40), "Hello\nyou", setting, BLACK)
    area = extent(sheet)
    assert area is not None
    left, top, right, bottom = area
    assert 30 <= left <= 34
    assert top >= 40
    assert bottom <= 40 + setting.line_height
    assert right <= 30 + setting.width("Hello\nyou")


def test_text_beyond_the_edge_is_left_out() -> None:
    sheet = paper()
    put_text(sheet, (-500, 0), "Hello", face(20), BLACK)
    put_text(sheet, (500, 500), "Hello", face(20), BLACK)
    assert extent(sheet) is None


def test_centred_lines_have_equal_margins() -> None:
    sheet = paper()
    block = fit("wide line iii", width=85, height=90, size=20, floor=20)
    assert block.lines == ("wide line", "iii")
    put_block(sheet, block, (40, 10), BLACK, "center")
    area = extent(sheet.crop((0, 10 + block.face.line_height, 200, 100)))
    assert area is not None
    assert abs((area[0] - 40) - (40 + block.width - area[2])) <= 3


def test_a_text_box_says_where_it_is() -> None:
    sheet = paper()
    block = fit("caption", width=150, height=40, size=20, floor=10)
    box = text_box(sheet, block, (5, 6), padding=4, ink=WHITE, fill=BLACK, radius=3)
    assert box == (5, 6, 5 + block.width + 8, 6 + block.height + 8)
    assert extent(sheet) == box
