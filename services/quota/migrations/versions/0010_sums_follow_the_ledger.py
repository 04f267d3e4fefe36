"""sums follow the ledger, whose lines know their quota: theirs is not looked up"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("headcount_sum") as batch_op:
        batch_op.drop_constraint(op.f("fk_headcount_sum_quota_id_quota"), type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("headcount_sum") as batch_op:
        batch_op.create_foreign_key(op.f("fk_headcount_sum_quota_id_quota"), "quota", ["quota_id"], ["id"])
