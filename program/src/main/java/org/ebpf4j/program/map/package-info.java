/// Maps that programs in Java declare as static fields. On the JVM they are plain objects.
@NullMarked
package org.ebpf4j.program.map;

import org.jspecify.annotations.NullMarked;
