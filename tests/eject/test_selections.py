"""Selections and their roles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eject.templates import document, ejected, resources


class TestSelections:
    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("{DynamoDBTable: !Ref T}", ":dynamodb:${AWS::Region}:${AWS::AccountId}:table/${T}"),
            ("{DynamoDBTable: orders}", ":dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"),
            ("{Ec2Instance: !Ref T}", ":ec2:${AWS::Region}:${AWS::AccountId}:instance/${T}"),
            ("{EbsVolume: vol-1}", ":ec2:${AWS::Region}:${AWS::AccountId}:volume/vol-1"),
            (
                "{EfsFileSystem: !Ref T}",
                ":elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/${T}",
            ),
            ("{RdsDatabaseInstance: !Ref T}", ":rds:${AWS::Region}:${AWS::AccountId}:db:${T}"),
            ("{RdsDatabaseCluster: !Ref T}", ":rds:${AWS::Region}:${AWS::AccountId}:cluster:${T}"),
            ("{S3Bucket: !Ref T}", ":s3:::${T}"),
            ("{FsxFileSystem: !Ref T}", ":fsx:${AWS::Region}:${AWS::AccountId}:file-system/${T}"),
            ("{RedshiftCluster: !Ref T}", ":redshift:${AWS::Region}:${AWS::AccountId}:cluster:${T}"),
        ],
    )
    def test_an_id_becomes_an_arn(self, entry: str, expected: str) -> None:
        text = document(f"{{BackupPlanId: p, Resources: [{entry}]}}", "", "BackupSelection")

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn == {"Fn::Sub": "arn:${AWS::Partition}" + expected}

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("{DynamoDBTable: !GetAtt T.Arn}", {"Fn::GetAtt": ["T", "Arn"]}),
            ("!GetAtt T.Arn", {"Fn::GetAtt": ["T", "Arn"]}),
            ("{RdsDatabaseCluster: !GetAtt T.DBClusterArn}", {"Fn::GetAtt": ["T", "DBClusterArn"]}),
            ("{S3Bucket: !Sub 'arn:aws:s3:::${T}'}", {"Fn::Sub": "arn:aws:s3:::${T}"}),
            ("{Arn: !ImportValue x}", {"Fn::ImportValue": "x"}),
            ("{CloudFormationStack: !Ref 'AWS::StackId'}", {"Ref": "AWS::StackId"}),
            ("!Ref T", {"Ref": "T"}),
        ],
    )
    def test_an_arn_stays(self, entry: str, expected: Any) -> None:
        text = document(f"{{BackupPlanId: p, Resources: [{entry}]}}", "", "BackupSelection")

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn == expected

    @pytest.mark.parametrize("value", ["!Ref P", "!ImportValue x", "!FindInMap [A, B, C]"])
    def test_a_value_that_may_be_either_is_named(self, value: str) -> None:
        more = "Parameters: {P: {Type: String}}"
        result = ejected(
            document(f"{{BackupPlanId: p, Resources: [{{DynamoDBTable: {value}}}]}}", more, "BackupSelection")
        )

        assert any("DynamoDBTable" in note and "ARN" in note for note in result.notes)

    @pytest.mark.parametrize("value", ["!Ref AWS::StackName", "!Ref It", "!If [C, a, !Ref It]"])
    def test_one_that_cannot_is_not(self, value: str) -> None:
        text = f"{{BackupPlanId: p, Resources: [{{CloudFormationStack: {value}}}]}}"

        assert ejected(document(text, type_="BackupSelection")).notes == []

    def test_the_own_stack_is_written_down(self) -> None:
        more = """
          T: {Type: 'AWS::DynamoDB::Table'}
          B: {Type: 'AWS::S3::Bucket', Condition: C}
          Member: {Type: 'AWS::RDS::DBInstance', Properties: {DBClusterIdentifier: x}}
        """
        text = document(
            "{BackupPlanId: p, Resources: [{Stack: !Ref 'AWS::StackName'}]}", more, "BackupSelection"
        )
        result = ejected(text)

        listed = resources(result)["It"]["Properties"]["BackupSelection"]["Resources"]
        assert len(listed) == 2
        assert listed[1]["Fn::If"][0] == "C"
        assert "Stack" in result.losses[0]

    def test_what_is_made_after_the_selection_is_not_among_it(self) -> None:
        more = """
          T: {Type: 'AWS::DynamoDB::Table'}
          Later: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'b-${It}'}}
          Last: {Type: 'AWS::S3::Bucket', DependsOn: [Later]}
          Named: {Type: 'AWS::EFS::FileSystem', Properties: {X: !GetAtt It.SelectionId}}
        """
        text = document(
            "{BackupPlanId: p, Resources: [{Stack: !Ref 'AWS::StackName'}]}", more, "BackupSelection"
        )

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn["Fn::Sub"].endswith(":table/${T}")

    def test_another_stack_is_named(self) -> None:
        result = ejected(
            document(
                "{BackupPlanId: p, Resources: [{Stack: other}, {Tag: {Key: a, Value: b}}]}",
                "",
                "BackupSelection",
            )
        )

        assert "Stack: other" in result.losses[0]
        assert "# cfn-backup eject: Stack: other" in result.text

    def test_the_role_may_back_up_buckets_if_it_must(self) -> None:
        for entry, number in (("{S3Bucket: b}", 2), ("{DynamoDBTable: b}", 1), ("!GetAtt B.Arn", 2)):
            more = "  B: {Type: 'AWS::S3::Bucket'}"
            found = resources(
                ejected(document(f"{{BackupPlanId: p, Resources: [{entry}]}}", more, "BackupSelection"))
            )
            assert len(found["ItRole"]["Properties"]["ManagedPolicyArns"]) == number
