/// Contexts laid out for programs: structs, registers, arguments, iterations, tasks.
@NullMarked
package org.ebpf4j.vm.internal.context;

import org.jspecify.annotations.NullMarked;
