-- Types into a new story, and writes to $OUT what came of it.
vim.cmd("edit typed.story")
local keys = vim.api.nvim_replace_termcodes(vim.env.KEYS, true, false, true)
vim.api.nvim_feedkeys(keys, "ntx", false)
vim.fn.writefile(vim.api.nvim_buf_get_lines(0, 0, -1, false), vim.env.OUT)
vim.cmd("set nomodified")
