/// What programs find on a plain JVM, in tests: a clock, a task, memory
/// ([org.ebpf4j.program.jvm.Environment]), and maps that keep the rules of those in the kernel.
@NullMarked
package org.ebpf4j.program.jvm;

import org.jspecify.annotations.NullMarked;
