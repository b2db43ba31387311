/// Fuzz targets: each reads bytes of any kind, which may end in an exception of ours and in nothing
/// else, within a second of CPU time and the heap that `fuzz/run` allows.
@NullMarked
package org.ebpf4j.fuzz;

import org.jspecify.annotations.NullMarked;
