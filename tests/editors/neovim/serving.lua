-- Opens the story $STORY, and writes to $OUT what the language server that is started for it does.
local function patiently(what, done)
  assert(vim.wait(60000, done, 20), "waited in vain for " .. what)
end

local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = "storyscript" })
end

local function problems()
  local found = {}
  for _, problem in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { code = problem.code, line = problem.lnum, column = problem.col, severity = problem.severity })
  end
  table.sort(found, function(one, other)
    return one.line < other.line
  end)
  return found
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.STORY))
local seen = { filetype = vim.bo.filetype, commentstring = vim.bo.commentstring, shiftwidth = vim.bo.shiftwidth }
patiently("a client", function()
  return clients()[1] ~= nil and clients()[1].initialized ~= false
end)
seen.root = clients()[1].config.root_dir
patiently("problems", function()
  return #vim.diagnostic.get(0) > 0
end)
seen.problems = problems()

local answer = vim.lsp.buf_request_sync(0, "textDocument/hover", {
  textDocument = { uri = vim.uri_from_bufnr(0) },
  position = { line = 0, character = 1 },
}, 60000)
for _, one in pairs(answer or {}) do
  seen.hover = vim.inspect(one.result or one)
end

-- Mended, it has no problem left.
vim.api.nvim_buf_set_lines(0, 0, 1, false, { "style: Line art" })
patiently("no problems", function()
  return #vim.diagnostic.get(0) == 0
end)

local sorted = clients()[1].server_capabilities.documentFormattingProvider
seen.formats = sorted ~= nil and sorted ~= false
if seen.formats then
  vim.api.nvim_buf_set_lines(0, 0, 1, false, { "STYLE  :   Line art  " })
  vim.lsp.buf.format({ timeout_ms = 60000 })
  seen.formatted = vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

-- A second story of the same project has the same server, and a restart gives both another.
vim.cmd("write!")
vim.cmd("edit second.story")
patiently("the second story", function()
  return #vim.lsp.buf_get_clients(0) == 1
end)
seen.servers = #clients()
local before = clients()[1].id
vim.cmd("StoryscriptRestart")
patiently("another server", function()
  return clients()[1] ~= nil and clients()[1].id ~= before
end)
seen.restarted = #clients()
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.OUT)
