/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-test-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <glib/gstdio.h>

static void
write_proc (const char *path,
            const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    g_test_message ("cannot write %s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
}

/**
 * opt_test_disk_prepare:
 *
 * Has what is mounted from now on be nobody else's to see. Who is not root becomes it in a world of
 * its own, where the system allows that. To be called before there are threads.
 */
void
opt_test_disk_prepare (void)
{
  g_autofree char *uids = g_strdup_printf ("0 %u 1", (guint)geteuid ());
  g_autofree char *gids = g_strdup_printf ("0 %u 1", (guint)getegid ());

  if (unshare (CLONE_NEWNS) != 0)
    {
      if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return;
      write_proc ("/proc/self/setgroups", "deny");
      write_proc ("/proc/self/uid_map", uids);
      write_proc ("/proc/self/gid_map", gids);
    }
  mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

/**
 * opt_test_disk_new:
 * @options: of tmpfs, such as `size=1m`
 *
 * Mounts an empty disk. Where that is not allowed, the test is skipped.
 *
 * Returns: (transfer full) (nullable): where it is, or NULL when the test is to return
 */
OptTestDisk *
opt_test_disk_new (const char *options)
{
  g_autofree char *path = g_dir_make_tmp ("opt-test-disk-XXXXXX", NULL);
  g_autofree char *all = g_strconcat ("mode=0700,", options, NULL);

  if (mount ("tmpfs", path, "tmpfs", 0, all) == 0)
    return g_steal_pointer (&path);
  g_rmdir (path);
  g_test_skip ("a disk of our own cannot be mounted here");
  return NULL;
}

/**
 * opt_test_disk_free:
 * @disk: (nullable): a disk of opt_test_disk_new()
 *
 * Takes a disk away with all that is on it, once nobody uses it.
 */
void
opt_test_disk_free (OptTestDisk *disk)
{
  if (disk == NULL)
    return;
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
  g_rmdir (disk);
  g_free (disk);
}
