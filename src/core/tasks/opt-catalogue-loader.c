/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-catalogue-loader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-file-trust.h"
#include "opt-id.h"
#include "opt-manifest-lines.h"
#include "opt-task-private.h"
#include "opt-task-program.h"

/* A folder may hold other things too, but not without end. */
#define NAMES_MAX       20000
#define ANY_MAY_EXECUTE (S_IXUSR | S_IXGRP | S_IXOTH)

typedef struct
{
  char    *path;   /* (owned) */
  char    *base;   /* (owned): its name, valid UTF-8 */
  char    *stem;   /* (owned): folded */
  char    *suffix; /* (owned): in lower case, without the dot; "" when there is none */
  gboolean is_regular;
  gboolean is_executable;
} Entry;

typedef struct
{
  GHashTable   *interpreters; /* (nullable) */
  GCancellable *cancellable;
  GPtrArray    *tasks;    /* (element-type OptTask) */
  GPtrArray    *problems; /* (element-type OptTaskProblem) */
  GHashTable   *taken;    /* folded ids of earlier folders */
} Loader;

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->path);
  g_free (self->base);
  g_free (self->stem);
  g_free (self->suffix);
  g_free (self);
}

static void G_GNUC_PRINTF (3, 4)
  complain (Loader     *loader,
            const char *folder,
            const char *format,
            ...)
{
  g_autofree char *message = NULL;
  va_list          args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (loader->problems, opt_task_problem_new (folder, 0, NULL, "%s", message));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Sorted, so that what is left out of a folder with too many files is always the same. */
static GPtrArray *
list_names (Loader     *loader,
            const char *folder,
            DIR        *stream)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  struct dirent *found;

  while ((found = readdir (stream)) != NULL)
    {
      if (*found->d_name == '.' || g_str_has_suffix (found->d_name, "~"))
        continue;
      if (names->len >= NAMES_MAX)
        {
          complain (loader, folder, "there are more than %d files in it; the rest is not looked at",
                    NAMES_MAX);
          break;
        }
      g_ptr_array_add (names, g_strdup (found->d_name));
    }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static const char *const *
find_interpreter (Loader     *loader,
                  const char *suffix)
{
  if (loader->interpreters == NULL || *suffix == '\0')
    return NULL;
  return g_hash_table_lookup (loader->interpreters, suffix);
}

static gboolean
is_known_suffix (Loader     *loader,
                 const char *suffix)
{
  static const char *const suffixes[] = { "task", "sh", "py", "flow", "csv", NULL };

  return g_strv_contains (suffixes, suffix) || find_interpreter (loader, suffix) != NULL;
}

/* The entry when it is a task by its suffix or its mode, else NULL. */
static Entry *
read_entry (Loader     *loader,
            const char *folder,
            const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *stem = opt_task_stem (path);
  const char      *dot = strrchr (name, '.');
  g_autofree char *suffix = g_ascii_strdown (dot != NULL ? dot + 1 : "", -1);
  struct stat      info = { 0 };
  gboolean         exists = stat (path, &info) == 0;
  gboolean         is_regular = exists && S_ISREG (info.st_mode);
  gboolean         is_executable = is_regular && (info.st_mode & ANY_MAY_EXECUTE) != 0;
  Entry           *entry;

  if ((exists && S_ISDIR (info.st_mode)) || !(is_executable || is_known_suffix (loader, suffix)))
    return NULL;
  entry = g_new0 (Entry, 1);
  entry->base = g_filename_display_name (name);
  entry->path = g_steal_pointer (&path);
  entry->stem = opt_name_fold (stem);
  entry->suffix = g_steal_pointer (&suffix);
  entry->is_regular = is_regular;
  entry->is_executable = is_executable;
  return entry;
}

static void
add_error (OptTask *task,
           guint    line,
           GError  *error)
{
  opt_task_take_problem (task, opt_task_problem_new (task->file, line, line > 0 ? "Exec" : NULL,
                                                     "%s", error->message));
}

/* Up to @most bytes of a regular file that is safe from others, judged by what was opened. */
static char *
read_file (const char *path,
           gsize       most,
           gsize      *length,
           GError    **error)
{
  /* Without O_NONBLOCK a FIFO would hold us for ever. */
  int              fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat      info;
  g_autofree char *text = NULL;
  gssize           n = 0;

  *length = 0;
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "the file can't be read: %s", g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  text = g_malloc (most + 1);
  if (!S_ISREG (info.st_mode))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "this is not a regular file");
  else if (opt_file_trust_check_stat (path, &info, error))
    while (*length < most && (n = read (fd, text + *length, most - *length)) > 0)
      *length += n;
  if (n < 0)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                 "the file can't be read: %s", g_strerror (errno));
  close (fd);
  if (*error != NULL)
    return NULL;
  text[*length] = '\0';
  return g_steal_pointer (&text);
}

static OptTask *
read_manifest (const Entry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unsafe = NULL;
  gsize length;
  /* One byte more than is allowed, so that too much is noticed. */
  g_autofree char *text = read_file (entry->path, OPT_MANIFEST_BYTES_MAX + 1, &length, &error);
  OptTask         *task;

  if (text == NULL)
    {
      task = opt_task_new_blank (entry->path);
      add_error (task, 0, error);
      return task;
    }
  task = opt_task_new_from_manifest (entry->path, text, length);
  /* Where a link leads must be as safe as the folder it lies in. */
  if (!opt_file_trust_check (entry->path, &error))
    add_error (task, 0, error);
  if (task->exec != NULL && !opt_task_program_check_files (task, &unsafe))
    add_error (task, task->exec_line, unsafe);
  return task;
}

static char **
choose_argv (Loader      *loader,
             const Entry *entry,
             gboolean     has_shebang)
{
  const char *const *interpreter = find_interpreter (loader, entry->suffix);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (interpreter != NULL)
    g_strv_builder_addv (builder, (const char **)interpreter);
  else if (strcmp (entry->suffix, "flow") == 0 || strcmp (entry->suffix, "csv") == 0)
    return NULL;
  else if (strcmp (entry->suffix, "py") == 0 && !(entry->is_executable && has_shebang))
    g_strv_builder_add (builder, "python3");
  else if (strcmp (entry->suffix, "sh") == 0 && !(entry->is_executable && has_shebang))
    g_strv_builder_add (builder, "/bin/sh");
  g_strv_builder_add (builder, entry->path);
  return g_strv_builder_end (builder);
}

static OptTask *
read_program (Loader      *loader,
              const Entry *entry)
{
  OptTask *task = opt_task_new_blank (entry->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *head = NULL;
  gsize            length;

  if (!entry->is_regular)
    head = read_file (entry->path, 2, &length, &error);
  else
    {
      g_autoptr (GError) unreadable = NULL;

      head = read_file (entry->path, 2, &length, &unreadable);
      /* A program that may be executed need not be readable. */
      if (head == NULL && !(entry->is_executable && access (entry->path, R_OK) != 0))
        error = g_steal_pointer (&unreadable);
    }
  if (error != NULL)
    {
      add_error (task, 0, error);
      return task;
    }
  if (!opt_file_trust_check (entry->path, &error))
    add_error (task, 0, error);
  task->exec = choose_argv (loader, entry, head != NULL && strncmp (head, "#!", 2) == 0);
  if (task->exec == NULL)
    opt_task_take_problem (task, opt_task_problem_new (entry->path, 0, NULL,
                                                       "flows are not available in this version"));
  return task;
}

/* Those of one stem: the manifest alone when there is one, else there must be one file alone. */
static void
add_group (Loader       *loader,
           GPtrArray    *group,
           const GError *unsafe)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  gboolean has_manifest = FALSE;

  for (guint i = 0; i < group->len; i++)
    {
      const Entry *entry = g_ptr_array_index (group, i);

      has_manifest = has_manifest || strcmp (entry->suffix, "task") == 0;
    }
  for (guint i = 0; i < group->len; i++)
    {
      Entry *entry = g_ptr_array_index (group, i);

      if (!has_manifest || strcmp (entry->suffix, "task") == 0)
        g_ptr_array_add (chosen, entry);
    }
  for (guint i = 0; i < chosen->len; i++)
    {
      const Entry *entry = g_ptr_array_index (chosen, i);
      const Entry *other = g_ptr_array_index (chosen, i == 0 ? chosen->len - 1 : 0);
      OptTask     *task = has_manifest ? read_manifest (entry) : read_program (loader, entry);

      if (unsafe != NULL && task->problems->len == 0)
        opt_task_take_problem (task, opt_task_problem_new (entry->path, 0, NULL, "%s",
                                                           unsafe->message));
      if (chosen->len > 1)
        opt_task_take_problem (task, opt_task_problem_new (entry->path, 0, NULL,
                                                           "%s beside it would be the same task: "
                                                           "rename one of the two",
                                                           other->base));
      g_ptr_array_add (loader->tasks, task);
    }
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *const *left = a;
  const Entry *const *right = b;
  int                 order = strcmp ((*left)->stem, (*right)->stem);

  return order != 0 ? order : strcmp ((*left)->path, (*right)->path);
}

static void
add_entries (Loader       *loader,
             const char   *folder,
             GPtrArray    *entries,
             const GError *unsafe)
{
  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len;)
    {
      g_autoptr (GPtrArray) group = g_ptr_array_new ();
      const Entry *first = g_ptr_array_index (entries, i);

      for (; i < entries->len; i++)
        {
          Entry *entry = g_ptr_array_index (entries, i);

          if (strcmp (entry->stem, first->stem) != 0)
            break;
          g_ptr_array_add (group, entry);
        }
      if (g_cancellable_is_cancelled (loader->cancellable))
        return;
      if (g_hash_table_contains (loader->taken, first->stem))
        continue;
      if (loader->tasks->len >= OPT_CATALOGUE_FILES_MAX)
        {
          complain (loader, folder, "there are more than %d tasks; from %s on they are left out",
                    OPT_CATALOGUE_FILES_MAX, first->base);
          break;
        }
      add_group (loader, group, unsafe);
      g_hash_table_add (loader->taken, g_strdup (first->stem));
    }
}

static void
load_folder (Loader     *loader,
             const char *folder)
{
  int  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = fd < 0 ? NULL : fdopendir (fd);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GError) unsafe = NULL;
  struct stat info;

  if (stream == NULL)
    {
      /* One that is not there yet is nothing to complain about. */
      if (errno != ENOENT)
        complain (loader, folder, "the folder of tasks can't be read: %s", g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return;
    }
  if (fstat (fd, &info) == 0 && !opt_file_trust_check_stat (folder, &info, &unsafe))
    complain (loader, folder, "%s", unsafe->message);
  names = list_names (loader, folder, stream);
  closedir (stream);
  for (guint i = 0; i < names->len; i++)
    {
      Entry *entry = read_entry (loader, folder, g_ptr_array_index (names, i));

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  add_entries (loader, folder, entries, unsafe);
}

/**
 * opt_catalogue_load:
 * @folders: paths; an earlier one hides a later one's task of the same id
 * @interpreters: (nullable) (element-type utf8 GStrv): lower-case suffix without its dot →
 *   argv that the file is appended to
 * @cancellable: (nullable): to stop early; what was read so far is returned
 *
 * Reads all tasks. It never fails: what is wrong with a task or a folder is in their problems.
 * A folder that is not there is empty. It blocks: call it from a thread of #GTask.
 *
 * Returns: (transfer full): a new catalogue
 */
OptCatalogue *
opt_catalogue_load (const char *const *folders,
                    GHashTable        *interpreters,
                    GCancellable      *cancellable)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_task_unref);
  g_autoptr (GPtrArray) problems = opt_task_problem_list_new ();
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Loader loader = { interpreters, cancellable, tasks, problems, taken };

  g_return_val_if_fail (folders != NULL, NULL);

  for (guint i = 0; folders[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    load_folder (&loader, folders[i]);
  return opt_catalogue_new (tasks, problems);
}
