/// What the kernel says of its programs, maps and links.
@NullMarked
package org.ebpf4j.linux.inspect;

import org.jspecify.annotations.NullMarked;
