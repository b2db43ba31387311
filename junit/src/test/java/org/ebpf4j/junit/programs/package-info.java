/// Programs in Java of many kinds, each run on the JVM, on the virtual kernel and on Linux.
@NullMarked
package org.ebpf4j.junit.programs;

import org.jspecify.annotations.NullMarked;
