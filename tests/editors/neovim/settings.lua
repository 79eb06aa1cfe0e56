-- Opens the story $STORY, and writes to $OUT what the language server shows beside it; with $THEN, which is Lua that
-- sets other settings, a second time after a restart.
local function patiently(what, done)
  assert(vim.wait(60000, done, 20), "waited in vain for " .. what)
end

local function client()
  local found = (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = "storyscript" })[1]
  return found ~= nil and found.initialized ~= false and found or nil
end

local function shown()
  patiently("a client", client)
  local text = { textDocument = { uri = vim.uri_from_bufnr(0) } }
  local whole = { start = { line = 0, character = 0 }, ["end"] = { line = 99, character = 0 } }
  local seen = { id = client().id, hints = {}, lenses = {} }
  local asked = vim.tbl_extend("error", text, { range = whole })
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/inlayHint", asked, 60000)) do
    for _, hint in ipairs(answer.result) do
      table.insert(seen.hints, hint.label)
    end
  end
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeLens", text, 60000)) do
    for _, lens in ipairs(answer.result) do
      table.insert(seen.lenses, lens.command.title)
    end
  end
  return seen
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.STORY))
local all = { shown() }
if vim.env.THEN then
  load(vim.env.THEN)()
  local before = client().id
  vim.cmd("StoryscriptRestart")
  patiently("another server", function()
    return client() ~= nil and client().id ~= before
  end)
  table.insert(all, shown())
end
local lines = {}
for _, seen in ipairs(all) do
  table.insert(lines, table.concat(seen.hints, " + ") .. " | " .. table.concat(seen.lenses, " + "))
end
vim.fn.writefile(lines, vim.env.OUT)
