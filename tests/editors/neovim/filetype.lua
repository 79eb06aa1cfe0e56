vim.cmd("edit " .. vim.env.NAME)
io.stderr:write(vim.bo.filetype)
