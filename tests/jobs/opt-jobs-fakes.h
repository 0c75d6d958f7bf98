/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-jobs.h"

G_BEGIN_DECLS

#define OPT_TYPE_FAKE_RESOLVER (opt_fake_resolver_get_type ())
G_DECLARE_FINAL_TYPE (OptFakeResolver, opt_fake_resolver, OPT, FAKE_RESOLVER, GObject)

#define OPT_TYPE_FAKE_LISTENER (opt_fake_listener_get_type ())
G_DECLARE_FINAL_TYPE (OptFakeListener, opt_fake_listener, OPT, FAKE_LISTENER, GObject)

/* Knows `sh` (the parameter `script` is given to /bin/sh), `sh2` and `idem` (the same, two at a
 * time or idempotent), and tasks that can't be run: `missing`, `plain`, `nowhere`. */
struct _OptFakeResolver
{
  GObject parent_instance;

  char       *work;     /* (owned) the folder in which jobs run */
  gint64      timeout;  /* microseconds, of every task */
  const char *program;  /* (unowned) (nullable): what the task `program` executes */
  int         is_gone;  /* atomically: it knows no task any more */
  int         resolved; /* how often it was asked, atomically */
};

/* Notes what it is told, in order; fails as often as it is to. */
struct _OptFakeListener
{
  GObject parent_instance;

  GPtrArray *events; /* (owned) (element-type OptJobEvent) that were accepted */
  guint      failures;
  guint      offers;
  GTask     *held; /* (owned) (nullable): an offer that is not answered yet */
  gboolean   hold;
};

void opt_fake_listener_answer (OptFakeListener *self);

G_END_DECLS
