package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A call of the static method is the value that an enumeration of the running kernel gives to one
/// of its names (CO-RE); of a `boolean` method, whether it has that name. The body is what it does
/// on the JVM, in tests.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Enumerator {
  /// The name of the enumeration, such as `cgroup_subsys_id`.
  String type();

  /// The name in it, such as `memory_cgrp_id`.
  String name();
}
