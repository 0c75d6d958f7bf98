/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-atomic-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-test-disk.h"
#include "opt-test.h"

static guint
count_files (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint n = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_file (const char *path,
             const char *text,
             gsize       length,
             guint       mode)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  gsize            found_length;
  GStatBuf         status;

  g_assert_true (g_file_get_contents (path, &found, &found_length, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (found, found_length, text, length);
  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, mode);
  g_assert_true (S_ISREG (status.st_mode));
}

static void
write_good (const char *path,
            const char *text,
            gsize       length,
            int         mode)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;

  g_assert_true (opt_atomic_file_write (path, bytes, mode, &error));
  g_assert_no_error (error);
  assert_file (path, text, length, mode);
}

static void
write_bad (const char *path,
           gsize       length,
           int         code)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (length), length);
  g_autoptr (GError) error = NULL;

  g_assert_false (opt_atomic_file_write (path, bytes, 0600, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_write (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *big = g_malloc (3 * 1024 * 1024);
  mode_t           mask = umask (0777);

  memset (big, 'x', 3 * 1024 * 1024);
  write_good (path, "one", 3, 0600);
  write_good (path, "a\0b\n", 4, 0640);
  write_good (path, "", 0, 0600);
  write_good (path, big, 3 * 1024 * 1024, 0755);
  umask (mask);
  g_assert_cmpuint (count_files (folder), ==, 1);
}

/* A link is replaced and what it leads to left alone. */
static void
test_link (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "link", NULL);
  g_autofree char *target = g_build_filename (folder, "target", NULL);

  write_good (target, "theirs", 6, 0600);
  g_assert_cmpint (symlink (target, path), ==, 0);
  write_good (path, "ours", 4, 0600);
  assert_file (target, "theirs", 6, 0600);
}

static void
test_failures (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *nowhere = g_build_filename (folder, "missing", "file", NULL);
  g_autofree char *taken = g_build_filename (folder, "taken", NULL);
  g_autofree char *inside = g_build_filename (taken, "file", NULL);

  write_bad (nowhere, 1, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  /* What can't be put in place leaves nothing behind. */
  write_bad (taken, 1, G_IO_ERROR_IS_DIRECTORY);
  g_assert_cmpuint (count_files (folder), ==, 1);
  write_good (inside, "x", 1, 0600);
  write_bad (taken, 1, G_IO_ERROR_IS_DIRECTORY);
  if (geteuid () == 0)
    return;
  g_assert_cmpint (g_chmod (taken, 0500), ==, 0);
  write_bad (inside, 1, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (g_chmod (taken, 0700), ==, 0);
}

static void
test_full (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=64k");
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (200000), 200000);
  g_autoptr (GError) error = NULL;

  if (disk == NULL)
    return;
  path = g_build_filename (disk, "file", NULL);
  write_good (path, "old", 3, 0600);
  g_assert_false (opt_atomic_file_write (path, bytes, 0600, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, "free some space"));
  assert_file (path, "old", 3, 0600);
  g_assert_cmpuint (count_files (disk), ==, 1);
}

static void
test_make_folder (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "a", "b", "c", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "d", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (opt_atomic_file_make_folder (path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  g_assert_true (opt_atomic_file_make_folder (path, &error));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0755);

  write_good (file, "x", 1, 0600);
  g_assert_false (opt_atomic_file_make_folder (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_clear_error (&error);
  g_assert_false (opt_atomic_file_make_folder (below, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
}

static void
test_sync_folder (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (opt_atomic_file_sync_folder (folder, &error));
  g_assert_no_error (error);
  g_assert_false (opt_atomic_file_sync_folder (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, file));
  g_clear_error (&error);
  write_good (file, "x", 1, 0600);
  g_assert_false (opt_atomic_file_sync_folder (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/atomic-file/write", test_write);
  g_test_add_func ("/atomic-file/link", test_link);
  g_test_add_func ("/atomic-file/failures", test_failures);
  g_test_add_func ("/atomic-file/full", test_full);
  g_test_add_func ("/atomic-file/make-folder", test_make_folder);
  g_test_add_func ("/atomic-file/sync-folder", test_sync_folder);
  return g_test_run ();
}
