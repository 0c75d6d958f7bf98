/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-test.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

/**
 * opt_test_folder_new:
 *
 * Makes an empty folder for one test.
 *
 * Returns: (transfer full): its path
 */
OptTestFolder *
opt_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("opt-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static int
remove_one (const char        *path,
            const struct stat *info,
            int                kind,
            struct FTW        *at)
{
  return remove (path);
}

/**
 * opt_test_folder_free:
 * @folder: (nullable): a folder of opt_test_folder_new()
 *
 * Removes a folder with all that is in it. Links are removed, not followed.
 */
void
opt_test_folder_free (OptTestFolder *folder)
{
  if (folder == NULL)
    return;
  if (nftw (folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
    g_test_message ("%s can't be removed: %s", folder, g_strerror (errno));
  g_free (folder);
}

/**
 * opt_test_put_file:
 * @folder: a folder that is there
 * @name: the file's name
 * @text: what is to be in it
 * @mode: its permissions
 *
 * Puts a file into a folder.
 */
void
opt_test_put_file (const char *folder,
                   const char *name,
                   const char *text,
                   int         mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (path, mode), ==, 0);
}

/**
 * opt_test_take_result:
 * @source: (nullable): what called
 * @result: what came of it
 * @user_data: a `GAsyncResult **` that holds NULL
 *
 * The callback to give an asynchronous function, for opt_test_wait_result().
 */
void
opt_test_take_result (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

/**
 * opt_test_wait_result:
 * @result: (inout): what was given to opt_test_take_result()
 *
 * Runs the thread's main context until the result is there. The place is empty again afterwards.
 *
 * Returns: (transfer full): the result
 */
GAsyncResult *
opt_test_wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return g_steal_pointer (result);
}

/**
 * opt_test_wait_until:
 * @is_done: asked after every event
 * @data: passed to @is_done
 *
 * Runs the thread's main context until something is so.
 */
void
opt_test_wait_until (gboolean (*is_done) (gpointer data),
                     gpointer data)
{
  while (!is_done (data))
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

/**
 * opt_test_run_pending:
 *
 * Runs what is ready on the thread's main context, and does not wait.
 */
void
opt_test_run_pending (void)
{
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
}
