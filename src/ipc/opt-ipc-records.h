/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-ipc-field.h"

G_BEGIN_DECLS

/* The records that the agent hands out, field by field; fields are only ever added. */
extern const OptIpcField opt_ipc_status_fields[];
extern const OptIpcField opt_ipc_task_fields[];
extern const OptIpcField opt_ipc_plan_fields[];
extern const OptIpcField opt_ipc_job_fields[];
extern const OptIpcField opt_ipc_outbox_fields[];
extern const OptIpcField opt_ipc_sent_fields[];
extern const OptIpcField opt_ipc_message_fields[];
extern const OptIpcField opt_ipc_bot_fields[];
extern const OptIpcField opt_ipc_person_fields[];
extern const OptIpcField opt_ipc_doctor_fields[];
extern const OptIpcField opt_ipc_problem_fields[];

G_END_DECLS
