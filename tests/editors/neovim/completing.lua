-- Types each of the lines $LINES behind the story $STORY with the keys of a completion, and writes to $OUT what is
-- offered, and what the line becomes when the first of it is taken.
local function patiently(what, done)
  assert(vim.wait(60000, done, 20), "waited in vain for " .. what)
end

local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "ntx", false)
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.STORY))
patiently("problems", function()
  return #vim.diagnostic.get(0) > 0
end)
local offered
function _G.take()
  offered = vim.tbl_map(function(item)
    return item.abbr
  end, vim.fn.complete_info({ "items" }).items)
  return vim.fn.pumvisible() == 1 and "\25" or ""
end

local seen = {}
for _, line in ipairs(vim.json.decode(vim.env.LINES)) do
  type_keys("Go" .. line .. "<C-X><C-O><C-R>=v:lua.take()<CR><Esc>")
  table.insert(seen, { vim.api.nvim_get_current_line(), offered })
  vim.api.nvim_del_current_line()
end
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.OUT)
vim.cmd("set nomodified")
