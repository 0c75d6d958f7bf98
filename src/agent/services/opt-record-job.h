/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-jobs.h"

G_BEGIN_DECLS

GVariant *opt_record_job (const OptJob *job);

G_END_DECLS
