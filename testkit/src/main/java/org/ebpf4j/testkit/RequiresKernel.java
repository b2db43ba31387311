package org.ebpf4j.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The test wants a kernel of that release or later; on an older one it is skipped. On a newer one
/// it runs, and fails if the kernel refuses all the same.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RequiresKernel {
  /// The first release, such as `5.15`.
  String value();

  /// What came with it.
  String because() default "";
}
