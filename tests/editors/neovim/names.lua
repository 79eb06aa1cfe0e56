-- Reads a JSON list of stories from the file $IN, and writes to $OUT what each character of each line is called by the
-- syntax file.
local stories = vim.json.decode(table.concat(vim.fn.readfile(vim.env.IN), "\n"))
local result = {}
for _, story in ipairs(stories) do
  vim.cmd("enew!")
  vim.bo.swapfile = false
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(story, "\n", { plain = true }))
  vim.bo.filetype = "story"
  local names = {}
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local row = {}
    for at = 1, #line do
      local byte = line:byte(at)
      if byte < 0x80 or byte >= 0xC0 then
        table.insert(row, vim.fn.synIDattr(vim.fn.synID(number, at, 1), "name"))
      end
    end
    table.insert(names, #row == 0 and vim.empty_dict() or row)
  end
  table.insert(result, names)
end
vim.fn.writefile({ vim.json.encode(result) }, vim.env.OUT)
