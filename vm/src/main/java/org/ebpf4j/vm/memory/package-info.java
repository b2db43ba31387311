/// Objects in the memory of the kernel and of processes, and contexts of programs, by the names of
/// C.
@NullMarked
package org.ebpf4j.vm.memory;

import org.jspecify.annotations.NullMarked;
