/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* puppet: what a job may do to its runner, one act a name. It says a letter into the FIFO `lives`
 * of its working directory when it has come to the point, and holds it open until it dies. */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
say (int         lives,
     const char *word)
{
  if (write (lives, word, strlen (word)) != (ssize_t)strlen (word))
    _exit (99);
}

static _Noreturn void
wait_for_ever (void)
{
  for (;;)
    pause ();
}

static void
act_env (void)
{
  for (char **entry = environ; *entry != NULL; entry++)
    printf ("%s\n", *entry);
}

static void
act_fds (void)
{
  DIR           *dir = opendir ("/proc/self/fd");
  struct dirent *entry;

  while ((entry = readdir (dir)) != NULL)
    {
      char    target[256];
      ssize_t n = readlinkat (dirfd (dir), entry->d_name, target, sizeof target - 1);

      if (n > 0 && atoi (entry->d_name) != dirfd (dir))
        printf ("%s=%.*s\n", entry->d_name, (int)(n > 4 && target[0] == 'p' ? 4 : n), target);
    }
  closedir (dir);
}

static void
act_status (void)
{
  char          line[256];
  FILE         *status = fopen ("/proc/self/status", "r");
  struct rlimit core;

  while (fgets (line, sizeof line, status) != NULL)
    if (strncmp (line, "SigBlk", 6) == 0 || strncmp (line, "SigIgn", 6) == 0)
      fputs (line, stdout);
  fclose (status);
  getrlimit (RLIMIT_CORE, &core);
  printf ("core %s\n", core.rlim_cur == core.rlim_max ? "as the hard limit" : "lowered");
  printf ("session %s\n", getsid (0) == getpid () ? "own" : "inherited");
  printf ("group %s\n", getpgrp () == getpid () ? "own" : "inherited");
  printf ("%d %d\n", (int)getppid (), (int)getsid (getppid ()));
}

static void
act_stubborn (int lives)
{
  signal (SIGTERM, SIG_IGN);
  say (lives, "r");
  wait_for_ever ();
}

/* Says goodbye when asked to go. */
static void
act_polite (int lives)
{
  sigset_t set;
  int      number;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigprocmask (SIG_BLOCK, &set, NULL);
  say (lives, "r");
  sigwait (&set, &number);
  say (lives, "b");
  _exit (5);
}

static void
act_halted (int lives)
{
  say (lives, "r");
  raise (SIGSTOP);
  say (lives, "c");
  wait_for_ever ();
}

/* Leaves another act behind in a session of its own; SIGTERM is blocked first, so that it comes to
 * its point however fast the runner is. */
static void
act_escape (int  lives,
            bool twice,
            void (*act) (int))
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigprocmask (SIG_BLOCK, &set, NULL);
  if (fork () != 0)
    _exit (0);
  setsid ();
  if (twice && fork () != 0)
    _exit (0);
  close (0);
  close (1);
  close (2);
  act (lives);
}

static void
dig_in (int lives)
{
  signal (SIGTERM, SIG_IGN);
  setsid ();
  say (lives, "r");
}

/* A tree of @depth levels, @width children each; who loses a child has another, as long as the
 * budget that all share lasts. Only SIGKILL ends it, and not the first. */
static _Noreturn void
grow (int  lives,
      int  depth,
      int  width,
      int *budget)
{
  dig_in (lives);
  for (int i = 0; depth > 0 && i < width; i++)
    if (fork () == 0)
      {
        dig_in (lives);
        depth--;
        i = -1;
      }
  for (;;)
    {
      if (waitpid (-1, NULL, 0) < 0)
        pause ();
      else if (__atomic_sub_fetch (budget, 1, __ATOMIC_SEQ_CST) > 0 && fork () == 0)
        dig_in (lives);
    }
}

static void
act_bomb (int lives)
{
  int *budget = mmap (NULL, sizeof *budget, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                      -1, 0);

  *budget = 400;
  if (fork () == 0)
    grow (lives, 3, 4, budget);
  wait_for_ever ();
}

static int
act_log (const char *size)
{
  long left = strtol (size, NULL, 10);

  /* Every byte tells its offset. */
  for (long i = 0; left > 0; i += 16, left -= 16)
    printf ("%15ld\n", i);
  return 0;
}

int
main (int    argc,
      char **argv)
{
  const char *act = argc > 1 ? argv[1] : "";
  int         lives = open ("lives", O_WRONLY | O_CLOEXEC | O_NONBLOCK);

  if (strcmp (act, "env") == 0)
    act_env ();
  else if (strcmp (act, "fds") == 0 && close (lives) == 0)
    act_fds ();
  else if (strcmp (act, "status") == 0)
    act_status ();
  else if (strcmp (act, "stubborn") == 0)
    act_stubborn (lives);
  else if (strcmp (act, "polite") == 0)
    act_polite (lives);
  else if (strcmp (act, "halted") == 0)
    act_halted (lives);
  else if (strcmp (act, "escape") == 0)
    act_escape (lives, false, act_stubborn);
  else if (strcmp (act, "escape-polite") == 0)
    act_escape (lives, false, act_polite);
  else if (strcmp (act, "daemon") == 0)
    act_escape (lives, true, act_stubborn);
  else if (strcmp (act, "bomb") == 0)
    act_bomb (lives);
  else if (strcmp (act, "raise") == 0)
    raise (atoi (argv[2]));
  else if (strcmp (act, "log") == 0)
    return act_log (argv[2]);
  else
    return 98;
  return 0;
}
