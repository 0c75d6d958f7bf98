/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-file-trust.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "opt-task-error-private.h"

/* What the kernel shows for an owner who does not exist here, such as root inside a Flatpak. */
#define OVERFLOW_UID 65534

static gboolean
is_read_only (const char *path)
{
  struct statvfs system;

  return statvfs (path, &system) == 0 && (system.f_flag & ST_RDONLY) != 0;
}

/* A task is as trustworthy as those who can write its files: they must be its user's or root's
 * alone. */
gboolean
opt_file_trust_check_stat (const char        *path,
                           const struct stat *info,
                           GError           **error)
{
  const char *what = S_ISDIR (info->st_mode) ? "folder" : "file";

  if (info->st_uid != geteuid () && info->st_uid != 0 &&
      !(info->st_uid == OVERFLOW_UID && is_read_only (path)))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_UNSAFE, path,
                          "%s %s belongs to another user (%u), who could change what is run: "
                          "make it yours with chown",
                          what, path, (guint)info->st_uid);
      return FALSE;
    }
  if ((info->st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_UNSAFE, path,
                          "other users may write %s %s and so change what is run: "
                          "chmod go-w '%s'",
                          what, path, path);
      return FALSE;
    }
  return TRUE;
}

/* The file, whatever it is a link to, and the folder it really lies in. A file that is not
 * there is not unsafe. */
gboolean
opt_file_trust_check (const char *path,
                      GError    **error)
{
  g_autofree char *folder = NULL;
  struct stat      info;
  char            *real = realpath (path, NULL);

  if (real == NULL)
    return TRUE;
  folder = g_path_get_dirname (real);
  free (real);
  if (stat (path, &info) == 0 && !opt_file_trust_check_stat (path, &info, error))
    return FALSE;
  return stat (folder, &info) != 0 || opt_file_trust_check_stat (folder, &info, error);
}
