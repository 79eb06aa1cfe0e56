-- Indentation says what belongs to what, so lines that are written stay where they are: only a new line is indented.
if vim.b.did_indent then
  return
end
vim.b.did_indent = 1

vim.opt_local.autoindent = true
vim.opt_local.indentexpr = "v:lua.require'storyscript.indent'.of(v:lnum)"
vim.opt_local.indentkeys = "o,O"
vim.b.undo_indent = "setlocal autoindent< indentexpr< indentkeys<"
