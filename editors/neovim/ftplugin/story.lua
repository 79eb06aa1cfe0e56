-- How stories are typed, and that the language server is started for them.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

local option = vim.opt_local
option.commentstring = "// %s"
option.comments = "://"
option.expandtab = true
option.shiftwidth = 2
option.softtabstop = 2
-- What the language takes a tab for.
option.tabstop = 8
-- A line break in prose is the writer's: long lines are wrapped on the screen and not in the file.
option.textwidth = 0
option.wrap = true
option.linebreak = true
option.breakindent = true
vim.cmd("setlocal formatoptions-=t formatoptions+=croql")
-- Names have `-` in them.
vim.cmd("setlocal iskeyword+=-")
option.suffixesadd = ".story"
option.include = [[^\cinclude\s\+\zs\S.*]]
option.omnifunc = "v:lua.require'storyscript.completion'.omnifunc"

vim.b.undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< tabstop< textwidth<"
  .. " wrap< linebreak< breakindent< formatoptions< iskeyword< suffixesadd< include< omnifunc<"

require("storyscript").start(vim.api.nvim_get_current_buf())
