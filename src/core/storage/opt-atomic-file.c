/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE 0700

static void
set_error (GError    **error,
           int         errsv,
           const char *what,
           const char *path)
{
  g_autofree char *name = g_filename_display_name (path);
  const char      *advice = "";

  if (errsv == ENOSPC || errsv == EDQUOT)
    advice = "; free some space there";
  else if (errsv == EACCES || errsv == EPERM || errsv == EROFS)
    advice = "; check who owns it and whether it may be written";
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv), "can't %s “%s”: %s%s", what, name,
               g_strerror (errsv), advice);
}

static gboolean
write_all (int     fd,
           GBytes *contents)
{
  gsize       left;
  const char *at = g_bytes_get_data (contents, &left);

  while (left > 0)
    {
      gssize n = write (fd, at, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      at += n;
      left -= n;
    }
  return TRUE;
}

/* Closing counts as writing: it is where a network file system tells that the disk is full. */
static gboolean
fill (int     fd,
      GBytes *contents,
      int     mode)
{
  if (write_all (fd, contents) && fchmod (fd, mode) == 0 && fsync (fd) == 0)
    return close (fd) == 0;

  int errsv = errno;

  close (fd);
  errno = errsv;
  return FALSE;
}

/**
 * opt_atomic_file_sync_folder:
 * @path: a folder
 * @error: return location
 *
 * Puts the names in a folder on the disk, so that files made, renamed or removed there stay so
 * after a power cut.
 *
 * Returns: FALSE with a #GIOErrorEnum
 */
gboolean
opt_atomic_file_sync_folder (const char *path,
                             GError    **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    {
      set_error (error, errno, "open the folder", path);
      return FALSE;
    }

  /* Some file systems can't sync a folder and say so with EINVAL: there is nothing more to do
   * there. */
  int errsv = fsync (fd) == 0 || errno == EINVAL ? 0 : errno;

  close (fd);
  if (errsv == 0)
    return TRUE;
  set_error (error, errsv, "write the folder", path);
  return FALSE;
}

/**
 * opt_atomic_file_make_folder:
 * @path: a folder
 * @error: return location
 *
 * Makes a folder that only its owner may enter (mode 0700), and those above it. One that is there
 * is left as it is.
 *
 * Returns: FALSE with a #GIOErrorEnum
 */
gboolean
opt_atomic_file_make_folder (const char *path,
                             GError    **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir_with_parents (path, FOLDER_MODE) != 0)
    {
      set_error (error, errno, "make the folder", path);
      return FALSE;
    }

  g_autofree char *parent = g_path_get_dirname (path);

  return opt_atomic_file_sync_folder (parent, error);
}

/**
 * opt_atomic_file_write:
 * @path: the file
 * @contents: all of it
 * @mode: such as 0600, whatever the umask
 * @error: return location
 *
 * Replaces a file so that readers, and we after a power cut, see either the old one or the new one,
 * whole. What is at @path is replaced, not written to: a symbolic link there is not followed.
 *
 * Returns: FALSE with a #GIOErrorEnum; a full disk is %G_IO_ERROR_NO_SPACE. The old file is then
 * still there
 */
gboolean
opt_atomic_file_write (const char *path,
                       GBytes     *contents,
                       int         mode,
                       GError    **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (contents != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *hidden = g_strconcat (".", base, ".XXXXXX", NULL);
  g_autofree char *temporary = g_build_filename (folder, hidden, NULL);
  /* This is O_EXCL: a name that somebody put there before is not used. */
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      set_error (error, errno, "write", path);
      return FALSE;
    }
  if (!fill (fd, contents, mode) || g_rename (temporary, path) != 0)
    {
      int errsv = errno;

      g_unlink (temporary);
      set_error (error, errsv, "write", path);
      return FALSE;
    }
  return opt_atomic_file_sync_folder (folder, error);
}
