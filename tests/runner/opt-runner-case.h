/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-case: one job's folder and the real runner in it.
 *
 * The job works in the folder `work` next to its own, where the FIFO `lives` is: every puppet
 * opens it for writing, so that bytes in it say what was reached and its HUP that all are dead. */

#pragma once

#include <glib.h>

#include "opt-job-files.h"

G_BEGIN_DECLS

/** OptRunnerCase: a job of a test. */
typedef struct
{
  char         *base;   /* (owned) temporary folder */
  char         *path;   /* (owned) the job's folder */
  int           folder; /* the same */
  int           alive;
  int           lives;
  OptRunnerSpec spec; /* argv and work_dir not owned */
  char        **argv; /* (owned) */
  char         *work; /* (owned) */
  char        **env;  /* (owned) what the runner is started with */
  GPid          runner;
} OptRunnerCase;

/** opt_runner_case_init: makes the folders, in @parent or where temporary things go. */
void opt_runner_case_init (OptRunnerCase *self,
                           const char    *parent);

/** opt_runner_case_clear: removes them. */
void opt_runner_case_clear (OptRunnerCase *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptRunnerCase, opt_runner_case_clear)

/** opt_runner_case_set_argv: sets what the job executes. */
void opt_runner_case_set_argv (OptRunnerCase *self,
                               ...) G_GNUC_NULL_TERMINATED;

/** opt_runner_case_set_puppet: sets a puppet's act as what the job executes. */
void opt_runner_case_set_puppet (OptRunnerCase *self,
                                 const char    *act,
                                 const char    *argument);

/** opt_runner_case_prepare: writes the spec and opens `alive`. */
void opt_runner_case_prepare (OptRunnerCase *self);

/** opt_runner_case_spawn: starts a runner. */
GPid opt_runner_case_spawn (OptRunnerCase *self);

/** opt_runner_case_start: prepares, and starts the runner. */
void opt_runner_case_start (OptRunnerCase *self);

/** opt_runner_case_reap: waits for a process; Returns: its wait status */
int opt_runner_case_reap (GPid pid);

/** opt_runner_case_await_hup: waits until the runner is gone. */
void opt_runner_case_await_hup (OptRunnerCase *self);

/** opt_runner_case_await_lives: reads @count bytes of what puppets say. */
char *opt_runner_case_await_lives (OptRunnerCase *self,
                                   gsize          count);

/** opt_runner_case_await_poke: waits until there is an event; Returns: the log up to then */
char *opt_runner_case_await_poke (OptRunnerCase *self);

/** opt_runner_case_assert_dead: waits until every puppet is. */
void opt_runner_case_assert_dead (OptRunnerCase *self);

/** opt_runner_case_finish: waits for the end and reads `exit`. */
void opt_runner_case_finish (OptRunnerCase *self,
                             OptRunnerExit *result);

/** opt_runner_case_run: starts and finishes. */
void opt_runner_case_run (OptRunnerCase *self,
                          OptRunnerExit *result);

/** opt_runner_case_say: writes to `control`. */
void opt_runner_case_say (OptRunnerCase *self,
                          const char    *line);

/** opt_runner_case_probe: what the folder says. */
OptRunnerState opt_runner_case_probe (OptRunnerCase *self);

/** opt_runner_case_read_log: the kept log; asserts that nothing before @from was kept. */
char *opt_runner_case_read_log (OptRunnerCase *self,
                                guint64        from,
                                gsize         *size);

/** opt_runner_case_read_file: a file of the job's folder, or NULL. */
char *opt_runner_case_read_file (OptRunnerCase *self,
                                 const char    *name,
                                 gsize         *size);

G_END_DECLS
