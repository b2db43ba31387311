/// The programs of docs/java-programs.md.
@NullMarked
package org.ebpf4j.junit.guide;

import org.jspecify.annotations.NullMarked;
