/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-remote.h"

G_BEGIN_DECLS

/* All of it belongs to the main context; reacting needs none of it. */
struct _OptRemote
{
  GObject     parent_instance;
  OptStore   *store;   /* (owned) */
  OptClock   *clock;   /* (owned) */
  OptOutbox  *outbox;  /* (owned) */
  OptJobs    *jobs;    /* (owned) */
  OptConfig  *config;  /* (owned) (nullable) */
  gint64      since;   /* wall time of the start */
  GHashTable *greeted; /* (owned) (element-type utf8): folded names of bots */
};

G_END_DECLS
