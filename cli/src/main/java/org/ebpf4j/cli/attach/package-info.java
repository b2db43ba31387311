/// What can be attached, and where.
@NullMarked
package org.ebpf4j.cli.attach;

import org.jspecify.annotations.NullMarked;
