-- Opens the story $STORY, whose server ends at once, and writes to $OUT what is shown as written by it.
local told = false
local notify = vim.notify
vim.notify = function(message, ...)
  told = told or message:match("did not start") ~= nil
  return notify(message, ...)
end
vim.cmd("edit " .. vim.fn.fnameescape(vim.env.STORY))
assert(
  vim.wait(60000, function()
    return told
  end, 20),
  "waited in vain for a message"
)
vim.cmd("StoryscriptLog")
vim.fn.writefile(vim.api.nvim_buf_get_lines(0, 0, -1, false), vim.env.OUT)
