/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-program.h"

#include <string.h>
#include <unistd.h>

#include "opt-exec.h"
#include "opt-file-trust.h"
#include "opt-task-error-private.h"
#include "opt-task-private.h"

/* The program and every other file beside the manifest that Exec names must be safe from
 * others, since `sh report.sh` runs report.sh as much as `./report.sh` does. */
gboolean
opt_task_program_check_files (OptTask *task,
                              GError **error)
{
  if (task->exec_line == 0)
    return opt_file_trust_check (task->file, error);
  for (guint i = 0; task->exec[i] != NULL; i++)
    {
      g_autofree char *path = NULL;

      if (*task->exec[i] == '\0' || *task->exec[i] == '-' || g_path_is_absolute (task->exec[i]) ||
          opt_exec_has_placeholder (task->exec[i]))
        continue;
      path = g_build_filename (task->folder, task->exec[i], NULL);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && !opt_file_trust_check (path, error))
        return FALSE;
    }
  return TRUE;
}

static char *
find_in_path (const char *program,
              const char *path)
{
  g_auto (GStrv) folders = g_strsplit (path != NULL ? path : "", ":", -1);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *file = g_build_filename (folders[i], program, NULL);

      /* A relative folder would mean another one wherever a task runs. */
      if (g_path_is_absolute (file) && g_file_test (file, G_FILE_TEST_IS_REGULAR) &&
          access (file, X_OK) == 0)
        return g_steal_pointer (&file);
    }
  return NULL;
}

/* The absolute path of what is to be executed; it exists and may be. (transfer full) */
char *
opt_task_program_find (OptTask    *task,
                       const char *program,
                       const char *path,
                       GError    **error)
{
  g_autofree char *file = NULL;

  if (g_path_is_absolute (program))
    file = g_strdup (program);
  else
    file = g_build_filename (task->folder, program, NULL);
  if (strchr (program, '/') == NULL && !g_file_test (file, G_FILE_TEST_EXISTS))
    {
      char *found = find_in_path (program, path);

      if (found == NULL)
        opt_task_error_set (error, OPT_TASK_ERROR_NOT_EXECUTABLE, program,
                            "task %s runs the program %s, which is neither in %s nor in PATH: "
                            "install it, or put it there",
                            task->id, program, task->folder);
      return found;
    }
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_NOT_EXECUTABLE, file,
                          "task %s runs %s, which is not there", task->id, file);
      return NULL;
    }
  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR) || access (file, X_OK) != 0)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_NOT_EXECUTABLE, file,
                          "task %s runs %s, which is not executable: chmod +x '%s'", task->id, file,
                          file);
      return NULL;
    }
  return g_steal_pointer (&file);
}
