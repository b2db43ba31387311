package org.ebpf4j.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// A class of tests that want a real kernel, and root. Skipped elsewhere, with the reason. A test
/// in it fails if it leaves behind a descriptor of a BPF object or perf event.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag(KernelTest.TAG)
@ExtendWith({KernelConditions.class, DescriptorLeaks.class})
public @interface KernelTest {
  /// The tag of such tests.
  String TAG = "kernel";
}
