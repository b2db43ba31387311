/// The functions that programs call by name (kfuncs), and the helpers that work on the same things:
/// iterators, dynptrs, objects of programs, timers, arenas.
@NullMarked
package org.ebpf4j.vm.internal.kfunc;

import org.jspecify.annotations.NullMarked;
