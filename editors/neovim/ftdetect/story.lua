-- Which files are stories.
vim.filetype.add({ extension = { story = "story" } })
