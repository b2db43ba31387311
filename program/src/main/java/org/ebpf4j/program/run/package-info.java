/// Programs in Java that run on the JVM: one by one ([org.ebpf4j.program.run.JvmProgram]), or as a
/// kernel that tests use as any other ([org.ebpf4j.program.run.JvmKernel]).
@NullMarked
package org.ebpf4j.program.run;

import org.jspecify.annotations.NullMarked;
