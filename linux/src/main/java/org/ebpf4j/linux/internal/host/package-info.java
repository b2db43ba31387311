/// What the machine says of itself in `/proc` and `/sys`: mounts, privileges, symbols, CPUs; and
/// why it refused something.
@NullMarked
package org.ebpf4j.linux.internal.host;

import org.jspecify.annotations.NullMarked;
