vim.api.nvim_create_user_command("StoryscriptRestart", function()
  require("storyscript").restart()
end, { desc = "End the language server of stories, and start it again" })

vim.api.nvim_create_user_command("StoryscriptLog", function()
  require("storyscript").open_log()
end, { desc = "Show what the language server of stories wrote" })
