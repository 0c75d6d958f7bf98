/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

typedef struct
{
  pid_t              pid;
  pid_t              parent;
  bool               ended;
  bool               ours;
  unsigned long long start; /* tells a process from a later one with the same pid */
} Process;

typedef struct
{
  Process *list; /* (owned), in the order of pids */
  size_t   used;
  size_t   size;
} Processes;

/* Field 22, counted from the state, which is field 3. */
#define FIELD_STATE   3
#define FIELD_PARENT  4
#define FIELD_THREADS 20
#define FIELD_START   22

static bool
parse_stat (Process *process,
            char    *stat)
{
  char *field = strrchr (stat, ')'); /* the name before it may hold anything */
  char *rest = NULL;
  bool  zombie = false;
  long  threads = 0;

  if (field == NULL)
    return false;
  field = strtok_r (field + 1, " ", &rest);
  for (int i = FIELD_STATE; field != NULL && i <= FIELD_START; i++)
    {
      if (i == FIELD_STATE)
        zombie = *field == 'Z' || *field == 'X';
      else if (i == FIELD_PARENT)
        process->parent = (pid_t)strtol (field, NULL, 10);
      else if (i == FIELD_THREADS)
        threads = strtol (field, NULL, 10);
      else if (i == FIELD_START)
        process->start = strtoull (field, NULL, 10);
      field = strtok_r (NULL, " ", &rest);
    }
  /* A first thread that ended while others go on looks like a zombie. */
  process->ended = zombie && threads <= 1;
  return field != NULL;
}

static bool
read_process (Process *process,
              pid_t    pid)
{
  char    name[32];
  char    stat[1024];
  ssize_t n;
  int     fd;

  snprintf (name, sizeof name, "/proc/%d/stat", (int)pid);
  fd = open (name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  n = read (fd, stat, sizeof stat - 1);
  close (fd);
  if (n <= 0)
    return false;
  stat[n] = '\0';
  *process = (Process){ .pid = pid };
  return parse_stat (process, stat);
}

static bool
add_process (Processes     *processes,
             const Process *process)
{
  if (processes->used == processes->size)
    {
      size_t   size = processes->size > 0 ? processes->size * 2 : 512;
      Process *list = reallocarray (processes->list, size, sizeof *list);

      if (list == NULL)
        return false;
      processes->list = list;
      processes->size = size;
    }
  processes->list[processes->used++] = *process;
  return true;
}

static int
compare_pids (const void *a,
              const void *b)
{
  const Process *x = a;
  const Process *y = b;

  return (x->pid > y->pid) - (x->pid < y->pid);
}

static void
list_processes (Processes *processes)
{
  DIR           *proc = opendir ("/proc");
  struct dirent *entry;
  Process        process;

  if (proc == NULL)
    return;
  while ((entry = readdir (proc)) != NULL)
    if (isdigit ((unsigned char)entry->d_name[0]) &&
        read_process (&process, (pid_t)strtol (entry->d_name, NULL, 10)) &&
        !add_process (processes, &process))
      break;
  closedir (proc);
  if (processes->used > 0)
    qsort (processes->list, processes->used, sizeof processes->list[0], compare_pids);
}

static void
mark_descendants (Processes *processes)
{
  pid_t self = getpid ();
  bool  more = true;

  while (more)
    {
      more = false;
      for (size_t i = 0; i < processes->used; i++)
        {
          Process *process = &processes->list[i];
          Process  key = { .pid = process->parent };
          Process *parent;

          if (process->ours)
            continue;
          parent = bsearch (&key, processes->list, processes->used, sizeof key, compare_pids);
          process->ours = process->parent == self || (parent != NULL && parent->ours);
          more = more || process->ours;
        }
    }
}

/* The pid of someone else's child may be given to a stranger at any time; a descriptor may not. */
static void
signal_process (const Process *process,
                int            number)
{
  Process now;
  int     fd = pidfd_open (process->pid, 0);

  if (fd < 0)
    {
      if (errno == ENOSYS || errno == EMFILE)
        kill (process->pid, number);
      return;
    }
  if (read_process (&now, process->pid) && now.start == process->start)
    {
      pidfd_send_signal (fd, number, NULL, 0);
      /* One that was halted hears it only when it goes on. */
      if (number == SIGTERM)
        pidfd_send_signal (fd, SIGCONT, NULL, 0);
    }
  close (fd);
}

unsigned
opt_runner_tree_signal (int number)
{
  Processes processes = { NULL, 0, 0 };
  unsigned  alive = 0;

  list_processes (&processes);
  mark_descendants (&processes);
  for (size_t i = 0; i < processes.used; i++)
    {
      const Process *process = &processes.list[i];

      if (!process->ours || process->ended)
        continue;
      alive++;
      signal_process (process, number);
    }
  free (processes.list);
  return alive;
}
