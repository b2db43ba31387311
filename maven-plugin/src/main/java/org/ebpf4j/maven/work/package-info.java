/// What the goals of the Maven plugin do. It runs in a JVM of its own, as Maven's own one may be
/// older than the library.
@NullMarked
package org.ebpf4j.maven.work;

import org.jspecify.annotations.NullMarked;
