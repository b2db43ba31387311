/// Program files and shared libraries: what they hold that probes are put on.
@NullMarked
package org.ebpf4j.binary;

import org.jspecify.annotations.NullMarked;
