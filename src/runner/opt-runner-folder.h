/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-folder: makes files and FIFOs in a job's folder; a crash leaves all or nothing.
 * Private to this folder. */

#pragma once

#include <stddef.h>

/**
 * opt_runner_folder_draft: opens a new file under a name that readers pass over.
 * @folder: descriptor of the job's folder
 * @name: what it will be called later
 * @draft: (out): its present name, of at least NAME_MAX + 1 bytes
 *
 * Returns: a descriptor, or -1 with errno
 */
int opt_runner_folder_draft (int         folder,
                             const char *name,
                             char       *draft);

/**
 * opt_runner_folder_fill: writes and fsyncs a draft.
 *
 * Returns: 0, or an errno
 */
int opt_runner_folder_fill (int         fd,
                            const char *data,
                            size_t      size);

/**
 * opt_runner_folder_publish: gives a draft its name unless that is taken, fsyncs the folder.
 * @folder: descriptor of the job's folder
 * @draft: its present name; gone afterwards
 * @name: its name
 *
 * Returns: 0, or an errno (EEXIST: the name is taken)
 */
int opt_runner_folder_publish (int         folder,
                               const char *draft,
                               const char *name);

/**
 * opt_runner_folder_fifo: makes a FIFO unless it is there, and opens it.
 * @folder: descriptor of the job's folder
 * @name: its name
 * @flags: for open(); -1 makes it only
 *
 * Returns: a descriptor (0 when @flags is -1), or -1 with errno
 */
int opt_runner_folder_fifo (int         folder,
                            const char *name,
                            int         flags);
