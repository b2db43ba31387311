package org.ebpf4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Has the virtual kernel count what programs execute in the tests of a class, and writes it when
/// they are over: as a summary, for LCOV, and as a page of HTML. `-Debpf4j.coverage=DIR` does that
/// for all tests of a JVM.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BpfCoverage {
  /// The folder that it is written to.
  String value() default "target/bpf-coverage";

  /// Folders that source files are looked for in, so that the page shows all of their lines.
  String[] sources() default {};
}
