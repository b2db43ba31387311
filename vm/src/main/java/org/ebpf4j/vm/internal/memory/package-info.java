/// What stands for the memory of a kernel and of processes: values of BTF types that programs
/// follow pointers into.
@NullMarked
package org.ebpf4j.vm.internal.memory;

import org.jspecify.annotations.NullMarked;
