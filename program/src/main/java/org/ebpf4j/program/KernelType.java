package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The interface stands for a structure of the kernel. Its methods without parameters read members
/// of the same name, wherever the running kernel has them (CO-RE). A width annotation
/// ([org.ebpf4j.codec.U32] and its like) says how wide the member is where that is not the width of
/// the result.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface KernelType {
  /// The name of the structure, such as `task_struct`.
  String value();

  /// Whether pointers to it are read with `bpf_probe_read_kernel`, as those of kprobes and raw
  /// tracepoints must be; those of BTF-enabled programs are read directly.
  boolean probe() default false;
}
