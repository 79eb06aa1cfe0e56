-- What CTRL-X CTRL-O offers in a story: all that the language server answers, which has looked for what is typed in
-- more than the beginning of a name. Neovim's own function looks there once more (up to 0.10 in what is inserted, and
-- whether a letter is a capital counts), and so loses a style by its second word or a model by its number.
local M = {}

-- Milliseconds that a server may take.
local PATIENCE = 2000

local found = {}

local function client_of(buffer)
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = "storyscript", bufnr = buffer })[1]
end

--- What the server answers for the cursor: a list of items, which may be empty.
local function ask(client, buffer)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = 1 }
  local answer
  if vim.fn.has("nvim-0.11") == 1 then
    answer = client:request_sync("textDocument/completion", params, PATIENCE, buffer)
  else
    answer = client.request_sync("textDocument/completion", params, PATIENCE, buffer)
  end
  local result = answer and answer.result or {}
  return result.items or result
end

--- The byte of a line that a position of the server's stands at.
local function byte(line, character, encoding)
  if encoding == "utf-8" then
    return character
  end
  if vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  return vim.str_byteindex(line, character, encoding == "utf-16")
end

--- What an item inserts: of a form with places to fill in what stands before the first of them in its line.
local function word_of(item)
  local text = item.textEdit.newText
  return item.insertTextFormat == 2 and text:match("^[^$\n]*") or text
end

--- As 'omnifunc' is called.
function M.omnifunc(findstart, _)
  if findstart == 0 then
    return { words = found, refresh = "always" }
  end
  found = {}
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  local items = client and ask(client, buffer) or {}
  if #items == 0 then
    return -3 -- and no message that nothing was found
  end
  for _, item in ipairs(items) do
    table.insert(found, {
      word = word_of(item),
      abbr = item.label,
      kind = vim.lsp.protocol.CompletionItemKind[item.kind],
      menu = item.detail,
      info = item.documentation and item.documentation.value,
      equal = 1, -- whatever is typed: the server has chosen
      dup = 1,
    })
  end
  -- All items of an answer replace what stands in one place.
  return byte(vim.api.nvim_get_current_line(), items[1].textEdit.range.start.character, client.offset_encoding)
end

return M
