/// Commands on what else of eBPF is on a machine: pins, statistics, iterators, structs of
/// functions, tokens.
@NullMarked
package org.ebpf4j.cli.machine;

import org.jspecify.annotations.NullMarked;
