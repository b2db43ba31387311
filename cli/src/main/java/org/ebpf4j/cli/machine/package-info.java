/// Commands on what else of eBPF is on a machine: pins, statistics, iterators, structs of
/// functions, tokens; and on what this machine and this user can do with it.
@NullMarked
package org.ebpf4j.cli.machine;

import org.jspecify.annotations.NullMarked;
