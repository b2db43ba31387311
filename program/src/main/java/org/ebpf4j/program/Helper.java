package org.ebpf4j.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A call of the method is a call of a helper function of the kernel. The body is what it does on
/// the JVM, in tests.
///
/// Arguments are matched with the prototype of the helper function: an array or object becomes a
/// pointer, followed by its size where the prototype has one; text becomes a pointer to bytes that
/// end with a zero; keys and values are put into memory. A context that the prototype asks for and
/// the method has no parameter for is that of the program. An instance method of a map passes the
/// map. A `boolean` result is whether the helper returned 0.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Helper {
  /// The number of the helper function, see [org.ebpf4j.insn.HelperFunction].
  int value();

  /// Constants behind the arguments, such as flags.
  long[] trailing() default {};
}
