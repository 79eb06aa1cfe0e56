-- The language server of stories: `storyscript lsp`, one for each folder that is a project.
local M = {}

local INSTALL = "install storyscript with its extra `lsp`"
local told = {}

--- The words of the command, by `g:storyscript_command`; nil where no server is wanted.
local function command()
  local given = vim.g.storyscript_command
  if given == false or given == 0 then
    return nil
  end
  if type(given) == "string" then
    return { given, "lsp" }
  end
  return given or { "storyscript", "lsp" }
end

local function tell(message)
  if not told[message] then
    told[message] = true
    vim.notify("storyscript: " .. message, vim.log.levels.WARN)
  end
end

--- What the writer has set for the server, by `g:storyscript_settings`; nil for nothing.
local function settings()
  local given = vim.g.storyscript_settings
  if given ~= nil and type(given) ~= "table" then
    tell("g:storyscript_settings is no table, and nothing is taken from it")
    return nil
  end
  return given
end

--- The folder of the project that a file belongs to: the nearest with a `storyscript.toml`, else with a repository,
--- else the file's own.
local function root(file)
  local folder = vim.fs.dirname(file)
  for _, name in ipairs({ "storyscript.toml", ".git" }) do
    local found = vim.fs.find(name, { path = folder, upward = true })[1]
    if found then
      return vim.fs.dirname(found)
    end
  end
  return folder
end

--- Starts the server for a buffer, or joins the one that its project has.
--- @return number|nil # the client's id
function M.start(buffer)
  local words = command()
  if words == nil or vim.bo[buffer].buftype ~= "" then
    return nil
  end
  if vim.fn.executable(words[1]) ~= 1 then
    tell(("`%s` cannot be found; %s, or say in g:storyscript_command where it is"):format(words[1], INSTALL))
    return nil
  end
  local name = vim.api.nvim_buf_get_name(buffer)
  local set = settings()
  local file = name ~= "" and name or ((vim.uv or vim.loop).cwd() .. "/unnamed.story")
  return vim.lsp.start({
    name = "storyscript",
    cmd = words,
    root_dir = root(file),
    -- With the first word, and where a server or a plugin asks later.
    init_options = set,
    settings = { storyscript = set },
    on_exit = function(code)
      if code == 2 then
        vim.schedule(function()
          tell(("`%s` did not start; %s, and see :StoryscriptLog"):format(table.concat(words, " "), INSTALL))
        end)
      end
    end,
  }, { bufnr = buffer })
end

local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = "storyscript" })
end

--- Ends the servers and starts them again for every story that is open.
function M.restart()
  told = {}
  for _, client in ipairs(clients()) do
    if vim.fn.has("nvim-0.11") == 1 then
      client:stop()
    else
      client.stop()
    end
  end
  vim.wait(5000, function()
    return #clients() == 0
  end)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == "story" then
      M.start(buffer)
    end
  end
end

--- Opens what the servers wrote, at its end; Neovim keeps one such file for all of them.
function M.open_log()
  vim.cmd("tabnew +$ " .. vim.fn.fnameescape(require("vim.lsp.log").get_filename()))
end

return M
