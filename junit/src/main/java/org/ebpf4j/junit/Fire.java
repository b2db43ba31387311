package org.ebpf4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A hook that is reached before the test method begins, when its parameters are there. The
/// programs are attached for it, as by [BpfTest#attach()]. Several are reached in their order.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Fire.All.class)
public @interface Fire {
  /// The hook, as `ebpf4j run --attach` takes it: `tracepoint:syscalls/sys_enter_execve`.
  String value();

  /// The struct that programs are given on the virtual kernel, such as `trace_event_raw_sys_enter`;
  /// without, what programs see of [#context()] are arguments.
  String struct() default "";

  /// What is in it: `FIELD=NUMBER`, or `FIELD=TEXT` for text; `0=7` for the first argument.
  String[] context() default {};

  /// How often.
  int times() default 1;

  /// What reaches it on Linux: a class with a constructor without parameters. Without, the test is
  /// skipped there.
  Class<? extends LinuxAction> onLinux() default LinuxAction.None.class;

  /// Several hooks.
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface All {
    /// The hooks, in their order.
    Fire[] value();
  }
}
