package org.ebpf4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a test that shows what a program does on hooks of some kinds: it triggers the hook, sees the
/// effect, and sees that it ends with the attachment. The results of runs on several kernels say by
/// it which kinds of hooks work where.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface EffectOf {
  /// The names of the kinds, as the table of hooks has them.
  String[] value();
}
