/// The machine that runs programs: memory in regions, code, and the interpreter.
@NullMarked
package org.ebpf4j.vm.internal.machine;

import org.jspecify.annotations.NullMarked;
